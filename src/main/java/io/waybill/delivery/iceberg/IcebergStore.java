package io.waybill.delivery.iceberg;

import io.waybill.delivery.FileStore;
import io.waybill.delivery.Transfer;
import io.waybill.rows.Column;
import io.waybill.rows.RowDivider;
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
        table.files().delete(file.location(there.get(), mark));
    }

    @Override
    public void sweep(String name, Transfer transfer) throws IOException {
        takenOver = transfer.attempt() > 1;
        String location = location(FileOfRun.parse(name));
        if (location != null) {
            table.files().sweep(location, transfer);
        }
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
    public Map<String, Integer> numbers(List<Column> columns) {
        return table.numbers(columns);
    }

    @Override
    public List<RowDivider> dividers(List<Column> columns) {
        return table.dividers(columns);
    }

    @Override
    public void close() {
        // the catalog is the endpoint's
    }
}
