import { runObjectService } from '@roamgrid/object-service';
import { tokens } from '@roamgrid/modules';
import { tokensExtension } from './tokens-service';

void runObjectService(tokens, __dirname, tokensExtension);
