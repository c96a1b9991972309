import { modules, schemaAt, type ModuleDeclaration } from '@roamgrid/modules';
import { VERSION, type DescribedTopic } from './described-topic';
import { plainSchemas, refTo } from './plain-schemas';

/** The change topics of the modules that are collections of objects. */
export function moduleTopics(): DescribedTopic[] {
  return modules.filter(({ versions }) => versions[VERSION]).map(describe);
}

function describe(module: ModuleDeclaration): DescribedTopic {
  const { id, delivery, immutable, key } = module;
  const { name, type } = schemaAt(module, VERSION);
  const append = delivery.style === 'append';
  return {
    id,
    changes: 'changes',
    description: append ? `Every one of the ${id}, kept for ever.` : `The changes of ${id}, compacted to the newest of each.`,
    kept: append ? { 'cleanup.policy': ['delete'], 'retention.ms': -1 } : { 'cleanup.policy': ['compact'] },
    event: `${name}Change`,
    types: immutable ? ['put'] : ['put', 'delete'],
    key: key.join(', '),
    party: 'The party that owns the object, such as NL*RGC.',
    origin: 'own, or the id of the peer that the object came from.',
    object: refTo(name),
    schemas: plainSchemas(type),
  };
}
