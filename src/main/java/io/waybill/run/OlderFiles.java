package io.waybill.run;

import io.waybill.delivery.Destination;
import io.waybill.delivery.folder.MovedFiles;
import io.waybill.facts.DeliveryFacts;
import io.waybill.part.Verification;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an older run has left at the names that a run publishes to. Its waybill does not tell the truth any more once the first file is
 * replaced, and a run of fewer files leaves none of the older ones beside its own. In a folder of this machine all of that is set aside,
 * and put back where the run fails.
 *
 * @param moved moves files to the destination; null where they are sent
 * @param facts where the run's files go
 * @param copy where the older waybill is kept meanwhile
 */
record OlderFiles(Destination destination, MovedFiles moved, DeliveryFacts facts, Path copy) {

    private static final Logger LOG = LoggerFactory.getLogger(OlderFiles.class);

    /** Withdraws the older waybill. */
    void withdrawWaybill() {
        if (moved != null) {
            moved.setAside(facts.names().size() + 1, facts.waybill());
            return;
        }
        try {
            Boolean found = destination.read(facts.waybill(), this::keep);
            if (found == null) {
                return;
            }
        } catch (IOException e) {
            LOG.debug("What lies at {} is no waybill of ours; the new one takes its place", facts.waybill(), e);
        }
        destination.remove(List.of(facts.waybill()));
    }

    private boolean keep(InputStream in) throws IOException {
        Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
        return true;
    }

    /** The names of the older files, as the older waybill says; empty where there is none. */
    List<String> listed() {
        Path kept = moved == null ? copy : moved.older(facts.names().size() + 1);
        try (InputStream in = Files.newInputStream(kept)) {
            Path folder = Path.of(facts.waybill()).getParent();
            return Verification.fileNames(in).stream()
                    .map(name -> normal(folder == null ? Path.of(name) : folder.resolve(name)))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String normal(Path path) {
        return path.normalize().toString().replace('\\', '/');
    }

    private List<String> beside() {
        List<String> own =
                facts.names().stream().map(name -> normal(Path.of(name))).toList();
        return listed().stream().filter(file -> !own.contains(file)).toList();
    }

    /** Removes the older files that the run's own have not replaced. */
    void remove() {
        List<String> beside = beside();
        beside.forEach(destination::checkName);
        if (moved == null) {
            destination.remove(beside);
            return;
        }
        for (int i = 0; i < beside.size(); i++) {
            moved.setAside(facts.names().size() + 2 + i, beside.get(i));
        }
    }

    /** Puts back what was set aside. */
    void putBack() {
        if (moved == null) {
            return;
        }
        List<String> beside = beside();
        for (int i = 0; i < beside.size(); i++) {
            moved.putBack(facts.names().size() + 2 + i, beside.get(i));
        }
        moved.putBack(facts.names().size() + 1, facts.waybill());
    }
}
