#!/bin/sh
# kafka-run-class.sh CLASS [ARGUMENT…]: as the script of that name in a Kafka distribution, with what this image needs of it.
home=${KAFKA_HOME:-/opt/kafka}
exec java ${KAFKA_HEAP_OPTS:--Xmx256M} ${KAFKA_JVM_PERFORMANCE_OPTS:--server -XX:+UseSerialGC -Djava.awt.headless=true} \
  ${KAFKA_LOG4J_OPTS:--Dlog4j.configuration=file:$home/config/log4j.properties} ${KAFKA_OPTS:-} -cp "$home/libs/*" "$@"
