package io.waybill.delivery.iceberg;

import io.waybill.delivery.FileStore;
import io.waybill.delivery.Transfer;
import io.waybill.rows.RowDivider;
import io.waybill.rows.TableRows;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.commons.io.function.IOFunction;
import org.apache.iceberg.Table;

/** The files of runs in a table's folder. A waybill is there when the table has its run. */
final class IcebergStore implements FileStore {

    private final IcebergEndpoint endpoint;
    private final LakeTable table;
    private final Map<String, RunMark> marks = new HashMap<>();

    /** The runs that nobody commits any more; each is taken back once, and not for each of its files. */
    private final Set<String> withdrawn = new HashSet<>();

    /** Whether another process may still be at work on the runs that are taken back. */
    private boolean takenOver;

    IcebergStore(IcebergEndpoint endpoint) {
        this.endpoint = endpoint;
        this.table = endpoint.lakeTable();
    }

    private RunMark mark(Table there, FileOfRun file) {
        return marks.computeIfAbsent(file.runId(), run -> RunMark.of(LakeTable.metadata(there), run));
    }

    /** Null where there is no table. */
    private String location(FileOfRun file) {
        return table.find()
                .map(there -> file.location(there, mark(there, file)))
                .orElse(null);
    }

    @Override
    public long size(String name) throws IOException {
        FileOfRun file = FileOfRun.parse(name);
        String location = location(file);
        if (location == null || file.isWaybill() && !marks.get(file.runId()).isCommitted()) {
            return -1;
        }
        return table.files().size(location);
    }

    @Override
    public void delete(String name) throws IOException {
        FileOfRun file = FileOfRun.parse(name);
        Optional<Table> there = table.find();
        if (there.isEmpty()) {
            return;
        }
        RunMark mark = mark(there.get(), file);
        if (mark.isCommitted()) {
            if (!file.isWaybill()) {
                return; // the table has it
            }
            table.withdraw(mark);
            marks.remove(file.runId());
            endpoint.ended(mark);
            return;
        }
        if (takenOver && !withdrawn.contains(file.runId())) {
            table.withdraw(mark);
            withdrawn.add(file.runId());
        }
        endpoint.ended(mark);
        remove(there.get(), file, mark);
    }

    private void remove(Table there, FileOfRun file, RunMark mark) throws IOException {
        table.files().delete(file.location(there, mark));
        if (!file.isWaybill()) {
            table.files().delete(file.keys().location(there, mark));
        }
    }

    @Override
    public void sweep(String name, Transfer transfer) throws IOException {
        takenOver = transfer.attempt() > 1;
        FileOfRun file = FileOfRun.parse(name);
        Table there = table.find().orElse(null);
        if (there == null) {
            return;
        }
        RunMark mark = mark(there, file);
        String location = file.location(there, mark);
        table.files().sweep(location, transfer);
        if (!file.isWaybill()) {
            String keys = file.keys().location(there, mark);
            table.files().sweep(keys, transfer);
            if (!mark.isCommitted() && table.files().size(location) < 0) {
                table.files().delete(keys); // it comes before its rows, which never came
            }
        }
        for (RunMark earlier : mark.earlier()) {
            if (!isInSnapshot(there, earlier)) {
                remove(there, file, earlier); // who took it back then may have ended in the middle of it
            }
        }
    }

    /** Whether somebody who looks back finds what that try has brought. */
    private static boolean isInSnapshot(Table there, RunMark mark) {
        return StreamSupport.stream(there.snapshots().spliterator(), false)
                .anyMatch(snapshot -> mark.token().equals(snapshot.summary().get(RunMark.IN_SUMMARY)));
    }

    @Override
    public <T> T read(String name, IOFunction<InputStream, T> reader) throws IOException {
        FileOfRun file = FileOfRun.parse(name);
        String location = location(file);
        if (location == null || file.isWaybill() && !marks.get(file.runId()).isCommitted()) {
            return null;
        }
        if (table.files().size(location) < 0) {
            // who cleans up tables removes files that no snapshot has, a waybill among them; the run is there all the
            // same
            String known = "{\"run_id\": \"" + file.runId() + "\"}";
            return file.isWaybill()
                    ? reader.apply(new ByteArrayInputStream(known.getBytes(StandardCharsets.UTF_8)))
                    : null;
        }
        try (InputStream in = table.files().open(location, 0)) {
            return reader.apply(in);
        }
    }

    @Override
    public Map<String, Integer> numbers(TableRows rows) {
        return table.numbers(rows);
    }

    @Override
    public List<RowDivider> dividers(TableRows rows) {
        return table.dividers(rows);
    }

    @Override
    public void close() {
        // the catalog is the endpoint's
    }
}
