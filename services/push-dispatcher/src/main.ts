import { runService } from '@roamgrid/runtime';
import { pushDispatcher } from './push-dispatcher';

void runService(pushDispatcher);
