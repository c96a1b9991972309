import { runConversationService } from '@roamgrid/conversation-service';
import { chargingProfiles } from '@roamgrid/modules';
import { chargingProfilesExtension } from './charging-profiles-service';

void runConversationService(chargingProfiles, __dirname, chargingProfilesExtension);
