package io.waybill.adopt;

import io.waybill.flow.Place;
import io.waybill.flow.Problem;

/** The files of other tools that are understood: replications of Sling, and configurations of Embulk. */
public final class ForeignFiles {

    private ForeignFiles() {}

    /**
     * Reads a file.
     *
     * @param file its name, for messages
     * @param to where files go whose destination the file does not say: a folder or URI; null for nowhere
     * @throws ForeignFileException for what is neither, and for what cannot be read
     */
    public static Adopted read(String file, String text, String to) {
        String plain = EmbulkConfiguration.withoutLiquid(file, text);
        YamlTable root = YamlTable.of(file, plain);
        Adopted adopted = new Adopted();
        if (root.has("streams")) {
            new SlingReplication(adopted, to).read(root);
        } else if (root.has("in") && root.has("out")) {
            new EmbulkConfiguration(adopted).read(root);
        } else {
            throw new ForeignFileException(
                    new Problem(
                            new Place(file, 0),
                            "",
                            "is neither a replication of Sling (source, target, streams) nor a configuration of Embulk (in, out)"));
        }
        root.notAsked().forEach(adopted::notTaken);
        return adopted;
    }
}
