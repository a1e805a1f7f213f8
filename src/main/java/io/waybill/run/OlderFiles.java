package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.delivery.Destination;
import io.waybill.delivery.folder.MovedFiles;
import io.waybill.facts.DeliveryFacts;
import io.waybill.part.Verification;
import io.waybill.part.Waybill;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * @param own the run's own waybill, which waits
 * @param copy where the older waybill is kept meanwhile
 */
record OlderFiles(Destination destination, MovedFiles moved, DeliveryFacts facts, Path own, Path copy) {

    private static final Logger LOG = LoggerFactory.getLogger(OlderFiles.class);

    /**
     * Withdraws the older waybill.
     *
     * @throws WaybillException where the files that it lists are another flow's, by the values of columns, and would go with it
     */
    void withdrawWaybill() {
        try {
            byte[] older = destination.read(facts.waybill(), InputStream::readAllBytes);
            if (older == null) {
                return;
            }
            requireOfSameFlow(Waybill.read(new ByteArrayInputStream(older)));
            if (moved == null) {
                Files.write(copy, older);
            }
        } catch (IOException e) {
            LOG.debug("What lies at {} is no waybill of ours; the new one takes its place", facts.waybill(), e);
        }
        if (moved != null) {
            moved.setAside(facts.names().size() + 1, facts.waybill());
        } else {
            destination.remove(List.of(facts.waybill()));
        }
    }

    /** Files of one name are meant to replace one another; those that go by values lie beside one another, and share a waybill's name alone. */
    private void requireOfSameFlow(Waybill.Read older) throws IOException {
        Waybill.Read ours = Waybill.read(own);
        boolean isOfSameFlow = older.flow() == null || older.flow().equals(ours.flow());
        if (!isOfSameFlow && (goesByValues(older) || goesByValues(ours))) {
            throw WaybillException.undelivered("not delivered: " + destination.where(facts.waybill())
                    + " is the waybill of flow \"" + older.flow() + "\", and this run, of flow \"" + ours.flow()
                    + "\", would remove it, and the files that it lists; files by the values of columns need a folder,"
                    + " or a file's name, that no other flow has. Where \"" + older.flow()
                    + "\" writes there no more, remove that waybill and its files");
        }
    }

    private static boolean goesByValues(Waybill.Read waybill) {
        return waybill.files() != null
                && waybill.files().stream().anyMatch(file -> !file.values().isEmpty());
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
