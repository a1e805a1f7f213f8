package io.waybill.part;

import io.waybill.flow.Split;
import io.waybill.rows.RowBatch;
import io.waybill.rows.Rows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Stages the rows of a run, beginning another part wherever the last one is full, and another for rows of other values where files are told
 * apart by the values of columns. Where a part ends depends on the rows and the limits alone.
 */
public final class PartsWriter {

    private final StagedParts parts;
    private final Split split;
    private final Supplier<Spans> spans;
    private final DivisionByValue division;
    private final RowsByValue<Slot> divided;
    /** All rows where they are not divided; else none. */
    private final PartSeries whole;

    private final List<Slot> open = new ArrayList<>();
    private final FilesMemory memory;
    private long turn;

    /** The parts of some values, and when they got rows last. */
    private static final class Slot {
        private final PartSeries series;
        private boolean isOpen;
        private long turn;

        Slot(PartSeries series) {
            this.series = series;
        }
    }

    /**
     * @param spans tells where a span of rows ends, with which a part ends too; answers null where none does
     * @param division by what rows are divided among files; null where they are not
     * @param listener gets each part that is full, as soon as it is complete
     */
    public PartsWriter(
            PartStaging staging,
            Split split,
            Supplier<Spans> spans,
            DivisionByValue division,
            Consumer<StagedPart> listener) {
        this(staging, split, spans, division, listener, FilesMemory.ofThisProcess());
    }

    /** @param memory what the parts may take together */
    PartsWriter(
            PartStaging staging,
            Split split,
            Supplier<Spans> spans,
            DivisionByValue division,
            Consumer<StagedPart> listener,
            FilesMemory memory) {
        this.memory = memory;
        this.parts = new StagedParts(
                staging,
                division == null ? FilesMemory.BUFFER_BYTES : memory.bufferBytes(division.maxOpen()),
                listener);
        this.split = split;
        this.spans = spans;
        this.division = division;
        this.whole = division == null
                ? new PartSeries(parts, split, spans.get(), Map.of(), Map.of(), NamesCheck.NONE)
                : null;
        this.divided = division == null ? null : new RowsByValue<>(division.by(), staging.schema(), this::slot);
    }

    /** Lets the readers of rows encode, too, where whole batches are written. */
    public void encodeAhead(Rows rows) {
        if (division == null && !PartSeries.looksAtBytes(split)) {
            rows.encodeAhead(parts.staging().format());
        }
    }

    public void write(RowBatch batch) throws IOException {
        if (division == null) {
            whole.write(batch, 0, batch.rows());
        } else if (batch.rows() > 0) {
            divided.divide(batch, this::write);
            letGo();
        }
    }

    /** @throws IllegalArgumentException where no file can be called by the values */
    private Slot slot(Map<String, String> values) {
        Map<String, String> ofPath = new LinkedHashMap<>(values);
        ofPath.keySet().retainAll(division.paths());
        if (!ofPath.isEmpty()) {
            division.namesCheck().checkFirst(new PathValues(ofPath, 1));
        }
        return new Slot(new PartSeries(parts, split, spans.get(), values, ofPath, division.namesCheck()));
    }

    private void write(Slot slot, RowBatch batch, int from, int to) throws IOException {
        slot.turn = ++turn;
        if (!slot.isOpen) {
            while (open.size() >= mostOpen()) {
                endOldest();
            }
            slot.isOpen = true;
            open.add(slot);
        }
        slot.series.write(batch, from, to);
        if (!slot.series.isOpen()) {
            slot.isOpen = false;
            open.remove(slot);
        }
        if (parts.begun() > division.maxFiles()) {
            throw StagedParts.tooMany(
                    division.maxFiles(),
                    division.by().stream().map(by -> by.divider().name()).toList(),
                    heapsShare());
        }
    }

    /** As many as the run may have; fewer where the format keeps much of each, and the heap is small. */
    private int mostOpen() {
        return memory.mostOpen(
                division.maxOpen(), open.isEmpty() ? 0 : open.get(0).series.leastHeldBytes());
    }

    private String heapsShare() {
        return mostOpen() == division.maxOpen()
                ? ""
                : "; of files of this format and so many columns, a heap of " + (memory.heap() >> 20)
                        + " MB has room for " + mostOpen() + " at a time, of the " + division.maxOpen()
                        + " of max_open_files (Java's -Xmx)";
    }

    private void endOldest() throws IOException {
        Slot oldest = open.get(0);
        for (Slot each : open) {
            oldest = each.turn < oldest.turn ? each : oldest;
        }
        oldest.series.handOnCurrent();
        oldest.isOpen = false;
        open.remove(oldest);
    }

    /** Many parts of formats that keep rows would take more memory than one does. */
    private void letGo() throws IOException {
        long held = 0;
        for (Slot each : open) {
            held += each.series.heldBytes();
        }
        for (int tries = 0; held > memory.mostHeld() && tries < open.size(); tries++) {
            Slot largest = open.get(0);
            for (Slot each : open) {
                largest = each.series.heldBytes() > largest.series.heldBytes() ? each : largest;
            }
            held -= largest.series.heldBytes();
            largest.series.letGo();
            held += largest.series.heldBytes();
        }
    }

    /** The number of the part that is being written, from 1. */
    public int partNumber() {
        return parts.complete().size() + 1;
    }

    /** Bytes of all parts so far, before the compression of those that are being written. */
    public long bytes() {
        long bytes = parts.bytes() + (whole == null ? 0 : whole.bytes());
        for (Slot each : open) {
            bytes += each.series.bytes();
        }
        return bytes;
    }

    /**
     * Completes the last parts.
     *
     * @param skipEmpty whether no rows make no part; otherwise they make one without rows
     * @return all parts, in their order
     */
    public List<StagedPart> finish(boolean skipEmpty) throws IOException {
        boolean isEmpty = parts.begun() == 0;
        if (whole != null && (whole.isOpen() || isEmpty && !skipEmpty)) {
            whole.finish();
        } else if (whole == null && isEmpty && !skipEmpty) {
            Map<String, String> nulls = new LinkedHashMap<>();
            division.by().forEach(by -> nulls.put(by.divider().name(), null));
            open.add(slot(nulls));
        }
        while (!open.isEmpty()) {
            open.get(0).series.finish();
            open.remove(0);
        }
        return List.copyOf(parts.complete());
    }

    /** Removes what is not complete. What is complete is the staging folder's owner's to remove. */
    public void abort() {
        if (whole != null) {
            whole.abort();
        }
        open.forEach(each -> each.series.abort());
        open.clear();
    }
}
