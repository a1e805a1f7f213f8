package io.waybill.server;

import io.waybill.facts.FileContent;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;

/** Finds the files of runs that may be fetched: in folders of this machine, below the one that is set, and as the run has written them. */
final class RunFiles {

    private static final int MOST_REMEMBERED = 1_000;

    private final Desk desk;
    private final RunsApi runs;

    /** Whose content was looked at, and has not changed since. */
    private final Map<Looked, String> known = new Remembered<>(MOST_REMEMBERED);

    RunFiles(Desk desk, RunsApi runs) {
        this.desk = desk;
        this.runs = runs;
    }

    private record Looked(Path file, Object key, long changed, long bytes) {}

    /**
     * The file of a call. What it is called is compared with the names of the run's files, and is never a path.
     *
     * @throws Refused where there is none, or it is not what the run has written any more
     */
    FileDownload.Found find(Call call) {
        RunEntry run = runs.find(call, Role.DOWNLOAD);
        String name = call.variable("name");
        runs.requireFiles(call.caller(), Role.DOWNLOAD, run);
        if (run.status() != Status.DONE || run.planned() == null) {
            throw Refused.of(409, "run \"" + run.runId() + "\" is not done");
        }
        for (RecordedDelivery delivery : run.planned().deliveries()) {
            List<String> names = delivery.facts().names();
            for (int i = 0; i < run.files().size(); i++) {
                String here =
                        i < names.size() ? names.get(i) : run.files().get(i).name();
                if (here.equals(name) && delivery.facts().place().startsWith("/")) {
                    return look(
                            Path.of(delivery.facts().place()), name, run.files().get(i));
                }
            }
        }
        throw Refused.notFound("run \"" + run.runId() + "\" has no file of that name on this machine");
    }

    private FileDownload.Found look(Path place, String name, FileFacts facts) {
        String gone = "the file is not there any more, or another has taken its place";
        try {
            Path file = place.resolve(name).toRealPath();
            if (!file.startsWith(desk.settings().files().toRealPath())) {
                throw Refused.forbidden("the file is not below the folder whose files may be fetched");
            }
            BasicFileAttributes found =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Looked looked =
                    new Looked(file, found.fileKey(), found.lastModifiedTime().toMillis(), found.size());
            if (!found.isRegularFile()
                    || found.size() != facts.bytes()
                    || !sha256(looked).equals(facts.sha256())) {
                throw Refused.of(410, gone);
            }
            return new FileDownload.Found(file, name, facts.bytes(), facts.sha256());
        } catch (IOException e) {
            throw Refused.of(410, gone);
        }
    }

    /** Once, as long as it is not changed: what is said of the content has to hold. */
    private String sha256(Looked looked) throws IOException {
        synchronized (known) {
            if (known.containsKey(looked)) {
                return known.get(looked);
            }
        }
        try (InputStream in = Files.newInputStream(looked.file(), LinkOption.NOFOLLOW_LINKS)) {
            String sha256 = FileContent.of(in).sha256();
            synchronized (known) {
                known.put(looked, sha256);
            }
            return sha256;
        }
    }
}
