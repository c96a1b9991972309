import { join } from 'node:path';
import { runService } from '@roamgrid/runtime';
import { gatewaySections } from './gateway-config';
import { startGateway } from './start-gateway';

void runService({
  name: 'gateway',
  directory: join(__dirname, '..'),
  sections: gatewaySections,
  start: startGateway,
});
