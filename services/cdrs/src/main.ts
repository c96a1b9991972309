import { runObjectService } from '@roamgrid/object-service';
import { cdrs } from '@roamgrid/modules';
import { cdrHooks } from './cdr-hooks';
import { cdrsSections, type CdrsConfig } from './cdrs-config';

void runObjectService<CdrsConfig>(cdrs, __dirname, { sections: cdrsSections, hooks: cdrHooks });
