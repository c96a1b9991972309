import { runObjectService } from '@roamgrid/object-service';
import { tariffs } from '@roamgrid/modules';

void runObjectService(tariffs, __dirname);
