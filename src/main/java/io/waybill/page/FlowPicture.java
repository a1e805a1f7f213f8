package io.waybill.page;

import io.waybill.flow.DateLimit;
import io.waybill.flow.Export;
import io.waybill.flow.Flow;
import io.waybill.flow.Form;
import java.util.ArrayList;
import java.util.List;

/**
 * What a flow does, from where the rows are to where the files go, with what its last run has come to.
 *
 * @param steps in their order
 */
record FlowPicture(List<Step> steps) {

    /**
     * A step of the way.
     *
     * @param title what it is
     * @param lines what it does, in words
     * @param figure what the last run has come to there; null for nothing
     */
    record Step(String title, List<String> lines, String figure) {}

    /** @param last the last run that is done; null for none */
    static FlowPicture of(Flow flow, RunView last) {
        List<Step> steps = new ArrayList<>();
        Export export = flow.export();
        String dataset = flow.sourceDataset() == null ? "a query" : flow.sourceDataset();
        if (export == null) {
            steps.add(new Step("Source", List.of(dataset), null));
            steps.add(new Step("Feed", List.of(Form.lower(flow.type()).replace('_', ' ')), null));
            return new FlowPicture(steps);
        }
        List<String> source =
                new ArrayList<>(List.of(dataset, "mode " + export.mode().label()));
        DateLimit days = export.dateLimit();
        if (days.notBefore() != null) {
            source.add("from " + days.notBefore() + " on");
        }
        if (days.lastDays() != 0) {
            source.add(days.lastDays() == 1 ? "of the last day" : "of the last " + days.lastDays() + " days");
        }
        export.filters()
                .forEach(filter -> source.add("where " + filter.column() + " " + Form.lower(filter.operator())));
        steps.add(new Step(
                "Source", source, last == null ? null : Words.count(last.run().rows(), "row")));
        if (!export.transforms().isEmpty()) {
            steps.add(new Step(
                    "What may leave",
                    export.transforms().stream()
                            .map(transform -> String.join(", ", transform.columns()) + ": " + transform.words())
                            .toList(),
                    null));
        }
        if (!export.expectations().isEmpty()) {
            steps.add(new Step(
                    "What must hold", List.of(Words.count(export.expectations().size(), "expectation")), null));
        }
        steps.add(new Step("Format", format(export), last == null ? null : files(last)));
        for (int i = 0; i < export.deliveries().size(); i++) {
            String state = last == null || i >= last.deliveries().size()
                    ? null
                    : last.deliveries().get(i).status();
            steps.add(new Step(
                    export.deliveries().size() == 1
                            ? "Destination"
                            : export.deliveries().get(i).id(),
                    List.of(export.deliveries().get(i).shownUri()),
                    state));
        }
        return new FlowPicture(steps);
    }

    private static List<String> format(Export export) {
        List<String> lines = new ArrayList<>();
        lines.add(export.format().extension());
        if (!Form.lower(export.compression()).equals("none")) {
            lines.add(Form.lower(export.compression()));
        }
        if (export.encryption() != null) {
            lines.add("encrypted");
        }
        lines.add(export.split().isSingleFile() && export.filesByColumns().isNone() ? "one file" : "several files");
        return lines;
    }

    private static String files(RunView last) {
        if (last.tables() != null) {
            return last.tables();
        }
        return Words.count(last.files().size(), "file") + ", "
                + Words.bytes(last.run().bytes());
    }
}
