// Every roaming module the platform has, one line each.
export { locations } from './locations';
export { tariffs } from './tariffs';
export { tokens } from './tokens';
export { sessions } from './sessions';
export { cdrs } from './cdrs';
export { hubClientInfo } from './hub-client-info';
