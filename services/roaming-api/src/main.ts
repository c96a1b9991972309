import { runService } from '@roamgrid/runtime';
import { roamingApi } from './roaming-api';

void runService(roamingApi);
