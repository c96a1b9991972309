import { runObjectService } from '@roamgrid/object-service';
import { locations } from '@roamgrid/modules';

void runObjectService(locations, __dirname);
