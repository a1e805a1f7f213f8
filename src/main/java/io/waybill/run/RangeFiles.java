package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.FileFailure;
import io.waybill.delivery.StagedFile;
import io.waybill.delivery.StagingCipher;
import io.waybill.ledger.RangeFile;
import io.waybill.ledger.RangeLease;
import io.waybill.part.PartNames;
import io.waybill.part.PartStaging;
import io.waybill.part.StagedPart;
import io.waybill.rows.Rows;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The files of ranges in the folder of a run's staged files, where several processes write: those of each lease have names of their own, so
 * that nobody who has lost one writes into a file that is published. They get their numbers when all are there.
 *
 * @param folder of the run, which its coordinator has made
 */
record RangeFiles(Plan plan, Path folder, StagingCipher cipher) {

    private static final String TOKEN = "divided";
    private static final String RANGE = "range-";

    /** Lays into the folder what tells it to who takes part: it is coded as the files are. */
    void mark(String token) {
        try (OutputStream out = cipher.encrypt(Files.newOutputStream(folder.resolve(TOKEN)))) {
            out.write(token.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw FileFailure.of(Stage.STAGE, folder.resolve(TOKEN) + " cannot be written", e);
        }
    }

    /** Why files that are written here are not where the coordinator looks for them, or not as it reads them; null where they are. */
    String strange(String token) {
        Path mark = folder.resolve(TOKEN);
        if (!Files.isRegularFile(mark)) {
            return "its folder of staged files is not " + folder
                    + ", or not to be seen here: each process needs the same," + " by file_path or waybill.staging";
        }
        try {
            StagedFile file = cipher.file(mark);
            if (file.isPlain() == cipher.encrypts()) {
                return "its staged files are " + (file.isPlain() ? "not " : "")
                        + "encrypted, by waybill.staging.cipher, unlike those of this process";
            }
            try (InputStream in = file.open()) {
                boolean same = new String(in.readNBytes(token.length() + 1), StandardCharsets.ISO_8859_1).equals(token);
                return same
                        ? null
                        : "what lies in " + folder + " is another run's, or encrypted by another waybill.staging.key";
            }
        } catch (IOException | WaybillException e) {
            return e.getMessage();
        }
    }

    /**
     * Writes a range.
     *
     * @param stops says that nobody wants it any more
     * @return its files; none where it has no rows
     */
    List<RangeFile> write(RangeLease lease, Rows rows, BooleanSupplier stops, RangeWriter.Progress progress) {
        try {
            return writer(names(lease), rows).write(rows, stops, progress).stream()
                    .map(this::file)
                    .toList();
        } catch (IOException e) {
            throw FileFailure.of(Stage.STAGE, "staging in " + folder + " failed", e);
        }
    }

    /** A file without rows, for an export that has none. */
    StagedPart empty(Rows rows) {
        try {
            return writer(plan.delivery().names(), rows).withoutRows();
        } catch (IOException e) {
            throw FileFailure.of(Stage.STAGE, "staging in " + folder + " failed", e);
        }
    }

    private RangeWriter writer(PartNames names, Rows rows) {
        return new RangeWriter(
                new PartStaging(
                        folder,
                        names,
                        null,
                        plan.format(),
                        rows.schema(),
                        plan.coding().restingAs(cipher::encrypt)),
                plan.export().split());
    }

    private RangeFile file(StagedPart part) {
        return new RangeFile(part.facts().named(part.file().getFileName().toString()), part.uncompressedBytes());
    }

    private PartNames names(RangeLease lease) {
        PartNames whole = plan.delivery().names();
        return new PartNames(
                RANGE + lease.number() + "-" + lease.fence() + "-{part}."
                        + whole.format().extension(),
                whole.flow(),
                whole.format(),
                whole.ending(),
                true,
                1);
    }

    /**
     * Gives a file of a range its place among all.
     *
     * @param number from 1
     */
    StagedPart take(RangeFile file, int number) {
        String name = plan.delivery().names().part(number);
        Path from = folder.resolve(file.facts().name());
        Path to = StagedPart.fileIn(folder, number, name);
        try {
            long length = cipher.file(from).length();
            if (length != file.facts().bytes()) {
                throw new WaybillException(
                        Stage.STAGE,
                        true,
                        from + " has " + length + " bytes, and who has written it says "
                                + file.facts().bytes(),
                        null);
            }
            Files.move(from, to);
        } catch (IOException e) {
            throw FileFailure.of(Stage.STAGE, from + ", which another process may have written, cannot be taken", e);
        }
        return new StagedPart(to, number, file.facts().named(name), file.uncompressed());
    }

    /** Whether a file is to be seen here: folders of networks may show it late. */
    boolean isThere(RangeFile file) {
        return Files.isRegularFile(folder.resolve(file.facts().name()));
    }

    /** Removes what a lease has left that came to nothing. */
    void remove(RangeLease lease) {
        PartNames names = names(lease);
        remove("*-" + RANGE + lease.number() + "-" + lease.fence() + "-*", file -> isOf(names, file));
    }

    /** A file that is published may have much of such a name. */
    private boolean isOf(PartNames names, Path file) {
        String name = file.getFileName().toString();
        String number = name.substring(0, name.indexOf('-'));
        return number.matches("[1-9][0-9]{0,8}")
                && StagedPart.fileIn(folder, Integer.parseInt(number), names.part(Integer.parseInt(number)))
                        .equals(file);
    }

    /**
     * Removes what all leases have left that came to nothing, and what has told the folder.
     *
     * @param taken what is to be published, whatever its names
     */
    void sweep(List<StagedPart> taken) {
        List<Path> own = taken.stream().map(StagedPart::file).toList();
        remove("*-" + RANGE + "*", file -> !own.contains(file));
        remove(TOKEN, file -> true);
    }

    private void remove(String names, Predicate<Path> which) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, names)) {
            for (Path file : left) {
                if (which.test(file)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            // the folder is removed as a whole
        }
    }
}
