package io.waybill.route;

import io.waybill.flow.ColumnType;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSet.DeclaredColumn;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Feed;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.FeedRules;
import io.waybill.flow.Key;
import io.waybill.flow.Refusal;
import io.waybill.flow.Values;
import java.util.ArrayList;
import java.util.List;

/** Reads a {@link Feed} from the options of {@code waybill:feed}, and finds all that is wrong with them. */
public final class FeedOptions {

    private final Values options;
    private final List<Refusal> refusals = new ArrayList<>();
    private final Feed feed;
    private final DataSet dataSet;

    /** @param flow the flow's id */
    public FeedOptions(String flow, Values options) {
        this.options = options;
        for (Key<String> key : List.of(FeedKeys.SOURCE_DATASET_ID, ExportKeys.NAMESPACE)) {
            String value = options.get(key);
            if (value == null || value.isBlank()) {
                refusals.add(new Refusal(key.option(), "is missing"));
            }
        }
        dataSet = readDataSet();
        feed = new Feed(options.get(FeedKeys.FLOW_TYPE), options, readColumns(), List.of());
        FeedRules.check(flow, feed, options::has).forEach(refusal -> refusals.add(refusal.asOption()));
    }

    /** What is wrong; empty where nothing is. */
    public List<Refusal> refusals() {
        return refusals;
    }

    /** The feed, where nothing is wrong. */
    public Feed feed() {
        return feed;
    }

    /** The data set, as declared or not. */
    public DataSet dataSet() {
        return dataSet;
    }

    private DataSet readDataSet() {
        DataSetBean bean = (DataSetBean) options.get(ExportKeys.DATA_SET);
        return bean == null
                ? DataSet.undeclared(options.get(FeedKeys.SOURCE_DATASET_ID), options.get(FeedKeys.DATASOURCE))
                : bean.declared(options.get(FeedKeys.SOURCE_DATASET_ID), refusals);
    }

    private List<DeclaredColumn> readColumns() {
        List<DeclaredColumn> columns = new ArrayList<>();
        for (String text : options.get(FeedKeys.COLUMN_TEXTS)) {
            int colon = text.lastIndexOf(':');
            String type = text.substring(colon + 1).strip();
            try {
                columns.add(new DeclaredColumn(
                        colon < 0 ? text : text.substring(0, colon).trim(),
                        colon < 0 || type.isEmpty() ? null : ColumnType.parse(type),
                        false,
                        false));
            } catch (IllegalArgumentException e) {
                refusals.add(new Refusal(FeedKeys.COLUMN_TEXTS.option(), e.getMessage()));
            }
        }
        return columns;
    }

    /** Columns as the option has them. */
    static List<String> texts(List<DeclaredColumn> columns) {
        return columns.stream()
                .map(column -> column.type() == null && column.name().indexOf(':') < 0
                        ? column.name()
                        : column.name() + ": " + (column.type() == null ? "" : column.type()))
                .toList();
    }
}
