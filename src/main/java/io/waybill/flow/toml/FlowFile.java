package io.waybill.flow.toml;

import io.waybill.flow.Flow;
import io.waybill.flow.InvalidFlowException;
import io.waybill.flow.Problem;
import java.util.List;

/**
 * What reading one flow file came to.
 *
 * @param flow the flow; null where there are problems
 * @param problems all that is wrong with the file, in its order
 */
public record FlowFile(Flow flow, List<Problem> problems) {

    public FlowFile {
        problems = problems.stream()
                .sorted(java.util.Comparator.comparing(Problem::place))
                .distinct()
                .toList();
    }

    /** @throws InvalidFlowException when there are problems */
    public Flow orThrow() {
        if (flow == null) {
            throw new InvalidFlowException(problems);
        }
        return flow;
    }
}
