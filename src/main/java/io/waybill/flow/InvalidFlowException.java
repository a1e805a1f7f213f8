package io.waybill.flow;

import java.util.List;
import java.util.stream.Collectors;

/** A flow that is not to run: all that is wrong with it, at once. */
public class InvalidFlowException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InvalidFlowException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    }
}
