package io.waybill.query;

import io.waybill.WaybillException;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.Form;
import io.waybill.flow.Report;
import io.waybill.flow.Selection;
import io.waybill.flow.Selection.PiiPolicy;
import io.waybill.flow.Transform;
import io.waybill.flow.Transform.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What becomes of each column of a data set: what the transform says that names it, else the policy for what is marked pii.
 *
 * @param named the transforms of columns, by the database's names of these
 */
public record Treatments(Source source, Selection selection, Map<String, Transform> named) {

    private static final String KEY = "transform";

    /**
     * Of the columns of a data set.
     *
     * @throws WaybillException when a transform names no column, or one that it is not for; the message says what is there
     */
    public static Treatments of(Source source, Selection selection) {
        Map<String, Transform> named = new HashMap<>();
        for (Transform transform : selection.transforms()) {
            for (String name : transform.columns()) {
                add(transform, source.column(KEY, name), named);
            }
        }
        return new Treatments(source, selection, named);
    }

    /** Likewise of the columns that a report is made of: a transform may name one of its own instead. */
    public static Treatments of(Source source, Selection selection, Report report) {
        List<String> labels = report.labels();
        Map<String, Transform> named = new HashMap<>();
        for (Transform transform : selection.transforms()) {
            for (String name : transform.columns()) {
                if (!labels.contains(name) || source.find(name).isPresent()) {
                    add(transform, source.column(KEY, name), named);
                }
            }
        }
        return new Treatments(source, selection, named);
    }

    private static void add(Transform transform, SourceColumn column, Map<String, Transform> named) {
        refuseUnfit(transform, column);
        if (named.put(column.name(), transform) != null) {
            throw WaybillException.refusal(KEY + ": column " + column.name() + " is there twice");
        }
    }

    private static void refuseUnfit(Transform transform, SourceColumn column) {
        transform.unfit(column.type()).ifPresent(unfit -> {
            throw WaybillException.refusal(KEY + ": column " + column.name() + " " + unfit);
        });
    }

    /** What becomes of a column; null where it goes out as it is. */
    public Transform of(SourceColumn column) {
        Transform own = named.get(column.name());
        return own != null || !column.pii() ? own : selection.ofPii(column.type());
    }

    /** What becomes of a column of a report, which is the group that one of the data set makes; null likewise. */
    Transform ofGroup(SourceColumn column) {
        return source.find(column.name()).map(this::of).orElseGet(() -> ofLabel(column));
    }

    /** What the transform says that names a column of a report; null where none does. */
    Transform ofLabel(SourceColumn column) {
        Transform own = selection.transform(column.name()).orElse(null);
        if (own != null) {
            refuseUnfit(own, column);
        }
        return own;
    }

    /** Whether it is left out by the policy, without anybody having asked for that. */
    boolean isWithheld(SourceColumn column) {
        Transform transform = of(column);
        return !named.containsKey(column.name()) && transform != null && transform.method() == Method.EXCLUDE;
    }

    /** What a policy is not for, in words; empty where it leaves all columns out. */
    String unfitPolicy(SourceColumn column) {
        return selection.pii() == PiiPolicy.EXCLUDE || selection.pii() == PiiPolicy.STRICT
                ? ""
                : ", and pii_policy = \"" + Form.lower(selection.pii()) + "\" is not for " + column.type()
                        + "; a transform says what becomes of it";
    }

    /** Whether it goes out in another form than it has. */
    boolean isChanged(SourceColumn column) {
        Transform transform = of(column);
        return transform != null && transform.method() != Method.EXCLUDE;
    }

    /** The names of those that are not to go out, because somebody said so. */
    Stream<String> excluded() {
        return named.entrySet().stream()
                .filter(entry -> entry.getValue().method() == Method.EXCLUDE)
                .map(Map.Entry::getKey);
    }
}
