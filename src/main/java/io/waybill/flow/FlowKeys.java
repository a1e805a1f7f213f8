package io.waybill.flow;

import java.util.List;

/** The keys of a flow file. */
public final class FlowKeys {

    public static final Key<String> ID =
            Key.text("id", "1 to 100 letters, digits, `_`, `-`; unique").without("the file's base name");
    public static final Key<String> NAME =
            Key.shown("name", "what it is called, for people").without("the id");
    public static final Key<String> DESCRIPTION =
            Key.shown("description", "what it is for, for people").without("nothing");
    public static final Key<FlowType> FLOW_TYPE = Key.choice(
                    "flow_type", FlowType.class, null, "`export_flow`, `change_feed`, `delta_publishing`")
            .without("told from `[properties.…]`");
    public static final Key<String> NAMESPACE = ExportKeys.NAMESPACE.inFlows();
    public static final Key<Object> PROPERTIES = Key.table(
            "properties",
            List.of(
                    Key.table("export", ExportKeys.all(), ""),
                    Key.table("change_feed", FeedKeys.of(FlowType.CHANGE_FEED), ""),
                    Key.table("delta_publishing", FeedKeys.of(FlowType.DELTA_PUBLISHING), "")),
            "what is exported: `[properties.export]`; or what is compared: [feeds.md](feeds.md)");
    public static final Key<Object> INPUT =
            Key.table("input", FeedKeys.INPUT, "what a feed compares: [feeds.md](feeds.md)");
    public static final Key<Object> TRIGGERS =
            Key.tables("triggers", TriggerKeys.ALL, "when: [below](#triggers)").without("by hand");

    public static final List<Key<?>> ALL =
            List.of(ID, NAME, DESCRIPTION, FLOW_TYPE, NAMESPACE, PROPERTIES, INPUT, TRIGGERS);

    private FlowKeys() {}
}
