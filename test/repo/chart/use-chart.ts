import { findChartTools } from '@roamgrid/testkit';
import { ChartUnderTest } from './chart-under-test';

/** The first time, helm and kubeconform are built from their sources. */
const FETCH = 900_000;

/** The chart for all tests of a file; call it at the top of a describe. */
export function useChart(): () => ChartUnderTest {
  let chart: ChartUnderTest | undefined;
  beforeAll(async () => {
    chart = new ChartUnderTest(await findChartTools(process.env));
  }, FETCH);
  return () => {
    if (!chart) throw new Error('the tools of the chart are not there yet');
    return chart;
  };
}
