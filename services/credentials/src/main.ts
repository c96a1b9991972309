import { runService } from '@roamgrid/runtime';
import { credentialsService } from './credentials-service';

void runService(credentialsService);
