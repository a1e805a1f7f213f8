package io.waybill.adopt;

import io.waybill.flow.Problem;

/** A file of another tool that cannot be read, with the place in it. */
public final class ForeignFileException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ForeignFileException(Problem problem) {
        super(problem.toString());
    }
}
