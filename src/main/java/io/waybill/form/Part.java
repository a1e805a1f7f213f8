package io.waybill.form;

import java.util.List;

/** What a form is made of: fields, and groups of them. */
public sealed interface Part permits Field, Group {

    /** What it is called. */
    String title();

    /** What is wrong with it. */
    List<String> problems();

    /** Whether the flow says anything of it. */
    boolean isSet();
}
