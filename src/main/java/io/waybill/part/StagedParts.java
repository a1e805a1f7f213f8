package io.waybill.part;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The parts of a run, by their numbers: those that are complete, in the order in which they were, and how many have begun. */
final class StagedParts {

    private final PartStaging staging;
    private final int bufferBytes;
    private final Consumer<StagedPart> listener;
    private final List<StagedPart> complete = new ArrayList<>();
    private final Map<Map<String, String>, Integer> ofValues = new HashMap<>();
    private long bytes;
    private int begun;

    StagedParts(PartStaging staging, int bufferBytes, Consumer<StagedPart> listener) {
        this.staging = staging;
        this.bufferBytes = bufferBytes;
        this.listener = listener;
    }

    PartStaging staging() {
        return staging;
    }

    /** Of each buffer of a part. */
    int bufferBytes() {
        return bufferBytes;
    }

    /** The part that begins, among those of the same values in their path. */
    PathValues begin(Map<String, String> ofPath) {
        begun++;
        return ofPath.isEmpty()
                ? PathValues.none(begun)
                : new PathValues(ofPath, ofValues.merge(ofPath, 1, Integer::sum));
    }

    int begun() {
        return begun;
    }

    /** Its number is the next. */
    StagedPart end(PartWriter writer) throws IOException {
        StagedPart part = writer.finish(complete.size() + 1);
        complete.add(part);
        bytes += part.facts().bytes();
        return part;
    }

    void handOn(StagedPart part) {
        listener.accept(part);
    }

    List<StagedPart> complete() {
        return complete;
    }

    /** Bytes of those that are complete. */
    long bytes() {
        return bytes;
    }

    /** @param heap what it says of the number of files that are open; empty for nothing */
    static WaybillException tooMany(int most, List<String> columns, String heap) {
        return new WaybillException(
                Stage.STAGE,
                "max_files: the run has more than " + most + " files, by the values of " + String.join(", ", columns)
                        + "; order the rows by that (order_by), so that no file ends before it has all of its rows, or let"
                        + " max_files be greater" + heap + "; nothing was delivered");
    }
}
