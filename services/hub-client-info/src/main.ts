import { hubClientInfo } from '@roamgrid/modules';
import { runObjectService } from '@roamgrid/object-service';
import { hubClientInfoExtension } from './hub-client-info-service';

void runObjectService(hubClientInfo, __dirname, hubClientInfoExtension);
