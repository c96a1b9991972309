import { dockerImages, kitImages } from './images';

describe('names of images', () => {
  it('carry the registry that they are pushed to', () => {
    expect(dockerImages({ push: 'registry.example:5000/team' }).nameOf('roamgrid:1')).toBe('registry.example:5000/team/roamgrid:1');
  });

  it('stay as they are where nothing is pushed', () => {
    expect(dockerImages({}).nameOf('roamgrid:1')).toBe('roamgrid:1');
    expect(kitImages('/kit').nameOf('roamgrid:1')).toBe('roamgrid:1');
  });
});
