package io.waybill.flow;

import java.util.List;

/** The keys of {@code [[properties.export.delivery]]}. */
public final class DeliveryKeys {

    public static final Key<String> ID = Key.text("id", "what it is called in messages, and in the ledger")
            .without("the connection's name, or the scheme");
    public static final Key<String> URI = Key.text("uri", "where the files go: [delivery.md](delivery.md)")
            .mandatory("uri = \"s3://bucket/orders/\"");
    public static final Key<String> CONNECTION = Key.text(
                    "connection", "how to get to a `file_path` elsewhere: [delivery.md](delivery.md#connections)")
            .inFlowsAlone()
            .without("none");
    public static final Key<Object> HEADERS = Key.table("headers", List.of(), "what a message to there says besides")
            .inFlowsAlone()
            .without("none");
    public static final Key<Object> OPTIONS = Key.table("options", List.of(), "options of the Camel endpoint")
            .inFlowsAlone()
            .without("none");
    public static final Key<IfExists> IF_EXISTS = Key.choice(
                    "if_exists", IfExists.class, null, "`overwrite`, `fail` or `version`")
            .without("the flow's `if_exists`");

    /** Those that stand beside {@code file_path} too. */
    public static final List<Key<?>> OF_A_FILE_PATH = List.of(CONNECTION, HEADERS, OPTIONS);

    /** Those that its bean has. */
    public static final List<Key<?>> OF_A_BEAN = List.of(ID, URI, CONNECTION, IF_EXISTS);

    public static final List<Key<?>> ALL = List.of(ID, URI, CONNECTION, HEADERS, OPTIONS, IF_EXISTS);

    private DeliveryKeys() {}
}
