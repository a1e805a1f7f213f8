package io.waybill.flow;

import java.util.ArrayList;
import java.util.List;

/** What is allowed of a declared data set; the same for {@code datasets.toml} and for the beans of routes. */
public final class DataSetRules {

    private DataSetRules() {}

    /** @return what is wrong, by the keys of a data set */
    public static List<Refusal> check(DataSet dataSet) {
        List<Refusal> refusals = new ArrayList<>();
        if ((dataSet.get(DataSetKeys.TABLE) == null) == (dataSet.query() == null)) {
            refusals.add(
                    dataSet.get(DataSetKeys.TABLE) == null
                            ? new Refusal("table", "is missing; a data set is a table or a query")
                            : new Refusal("query", "is there beside table; one of them is allowed"));
        }
        limit(DataSetKeys.MAX_ROWS, dataSet.limits().maxRows(), refusals);
        limit(DataSetKeys.MAX_BYTES, dataSet.limits().maxBytes(), refusals);
        List<String> names =
                dataSet.columns().stream().map(DataSet.DeclaredColumn::name).toList();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i) != null && names.indexOf(names.get(i)) < i) {
                refusals.add(new Refusal("columns", "\"" + names.get(i) + "\" is there twice"));
            }
        }
        return refusals;
    }

    /** 0 stands for a limit that is not set. */
    private static void limit(Key<Long> key, long limit, List<Refusal> refusals) {
        if (limit < 0) {
            refusals.add(new Refusal(key.name(), Form.Whole.tooSmall(limit, 1)));
        }
    }
}
