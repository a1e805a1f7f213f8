package io.waybill.flow.toml;

import io.waybill.flow.InvalidFlowException;
import io.waybill.flow.Problem;
import java.util.Comparator;
import java.util.List;

/**
 * What reading one file came to.
 *
 * @param value the flow, or the data sets by their ids; no flow where there are problems
 * @param problems all that is wrong with the file, in its order
 */
public record Reading<T>(T value, List<Problem> problems) {

    public Reading {
        problems = problems.stream()
                .sorted(Comparator.comparing(Problem::place))
                .distinct()
                .toList();
    }

    /** @throws InvalidFlowException when there are problems */
    public T orThrow() {
        if (!problems.isEmpty()) {
            throw new InvalidFlowException(problems);
        }
        return value;
    }
}
