import { runObjectService } from '@roamgrid/object-service';
import { sessions } from '@roamgrid/modules';
import { sessionsExtension } from './sessions-service';

void runObjectService(sessions, __dirname, sessionsExtension);
