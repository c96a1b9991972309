import { kafkaProperties } from './kafka-properties';
import { explainKafkaLog } from './start-kafka';
import { explainMongodLog } from './start-mongod';

describe('explainMongodLog', () => {
  it('names the packages of a missing library', () => {
    const log = 'mongod: error while loading shared libraries: libcurl.so.4: cannot open shared object file';
    expect(explainMongodLog(log)).toBe(
      'the shared library libcurl.so.4 is missing; apt-get install libcurl4 libssl3 brings all that mongod needs',
    );
  });

  it('knows a data directory in use, and says nothing about the rest', () => {
    expect(explainMongodLog('{"error":"DBPathInUse: Unable to lock"}')).toBe(
      'another mongod runs on the same data directory',
    );
    expect(explainMongodLog('{"msg":"Shutting down"}')).toBeUndefined();
  });
});

describe('explainKafkaLog', () => {
  it('knows a Java that is too old', () => {
    expect(explainKafkaLog('java.lang.UnsupportedClassVersionError: kafka/Kafka')).toContain('Java 17');
  });
});

describe('kafkaProperties', () => {
  const input = { port: 20_001, controllerPort: 20_002, dataFolder: '/data' };

  it('listens on 127.0.0.1 only and creates no topic by itself', () => {
    const lines = kafkaProperties(input).split('\n');
    expect(lines).toContain('listeners=PLAINTEXT://127.0.0.1:20001,CONTROLLER://127.0.0.1:20002');
    expect(lines).toContain('controller.quorum.voters=1@127.0.0.1:20002');
    expect(lines).toContain('auto.create.topics.enable=false');
    expect(lines).toContain('log.dirs=/data');
  });

  it('lets the caller replace a property, once', () => {
    const text = kafkaProperties({ ...input, properties: { 'offsets.topic.num.partitions': '50' } });
    expect(text.match(/^offsets\.topic\.num\.partitions=.*$/gm)).toEqual(['offsets.topic.num.partitions=50']);
  });
});
