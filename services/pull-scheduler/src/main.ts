import { runService } from '@roamgrid/runtime';
import { pullScheduler } from './pull-scheduler';

void runService(pullScheduler);
