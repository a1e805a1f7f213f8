package io.waybill.server;

import java.util.List;

/** The pages that people look at, declared as what programs call is. */
public interface Pages {

    /** What the paths of style sheets and scripts begin with. */
    String ASSETS = "/assets/";

    /** All of them, and what their forms do. */
    List<Operation> operations(Inside inside);

    /**
     * What is shown for a call that is refused.
     *
     * @param call without an operation where it is none of these
     */
    Answer refused(Call call, Refused refused);
}
