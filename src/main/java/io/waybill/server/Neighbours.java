package io.waybill.server;

import io.waybill.flow.Delivery;
import io.waybill.flow.Flow;
import io.waybill.flow.PathTemplate;
import io.waybill.part.PartNames;
import io.waybill.route.FlowRoutesLoader;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The flows whose files another flow could take the place of. Two meet where their folders may be the same one, and the names of their files
 * begin alike: numbers of parts and of versions, and waybills, are put behind that.
 */
record Neighbours(Desk desk) {

    /** What is wrong with where a flow delivers to, beside the flows that a caller may not change. */
    List<String> problems(Caller caller, Flow flow) {
        List<Spot> others = desk.files().all().flows().values().stream()
                .filter(other -> other.export() != null
                        && !other.id().equals(flow.id())
                        && !caller.may(Role.CREATE, Target.of(other)))
                .flatMap(other -> spots(other).stream())
                .toList();
        return spots(flow).stream()
                .filter(mine -> others.stream().anyMatch(mine::meets))
                .map(mine -> "\"" + mine.delivery().shownUri()
                        + "\" may be a file of another flow, which the caller may not change; choose another folder")
                .distinct()
                .toList();
    }

    private List<Spot> spots(Flow flow) {
        Map<String, String> known = new HashMap<>(Map.of("flow_id", flow.id(), "namespace", flow.namespace()));
        if (!flow.export().isOfManyTables()) {
            known.put("dataset", flow.sourceDataset());
        }
        List<Spot> spots = new ArrayList<>();
        for (Delivery delivery : flow.export().deliveries()) {
            if (!delivery.kind().keepsFiles()) {
                continue;
            }
            try {
                String path = new PathTemplate(FlowRoutesLoader.placeholders(desk.context())
                                .apply(delivery.path().text()))
                        .resolve(name -> known.getOrDefault(name, "{" + name + "}"));
                spots.add(Spot.of(delivery, path));
                int part = PartNames.firstOfFiles(path);
                if (part >= 0 && part < path.lastIndexOf('/')) { // its waybill lies above the folders of the parts
                    String above = path.substring(0, path.lastIndexOf('/', part) + 1);
                    spots.add(Spot.of(delivery, above + path.substring(path.lastIndexOf('/') + 1)));
                }
            } catch (IllegalArgumentException e) {
                // a placeholder without a value, or no path: nothing is delivered there
            }
        }
        return spots;
    }

    /**
     * Where a delivery's files lie.
     *
     * @param server how to get there; empty for this machine
     * @param folders the folders, with variables
     * @param name what the files' names begin with; empty for any
     */
    private record Spot(Delivery delivery, String server, List<String> folders, String name) {

        /** @throws InvalidPathException where it is no path */
        static Spot of(Delivery delivery, String path) {
            boolean local = delivery.kind().isLocal();
            String whole = local ? Path.of(path).toAbsolutePath().normalize() + (path.endsWith("/") ? "/" : "") : path;
            int slash = whole.lastIndexOf('/');
            String[] folders = whole.substring(0, Math.max(slash, 0)).split("/+");
            return new Spot(
                    delivery,
                    local ? "" : delivery.scheme() + "/" + delivery.connection() + "/" + delivery.authority(),
                    List.of(folders).stream().filter(each -> !each.isEmpty()).toList(),
                    whole.substring(slash + 1).split("[.{]", 2)[0].toLowerCase(Locale.ROOT));
        }

        boolean meets(Spot other) {
            if (!server.equals(other.server) || folders.size() != other.folders.size()) {
                return false;
            }
            for (int i = 0; i < folders.size(); i++) {
                if (!mayBeSame(folders.get(i), other.folders.get(i))) {
                    return false;
                }
            }
            return name.startsWith(other.name) || other.name.startsWith(name);
        }

        private static boolean mayBeSame(String one, String other) {
            String first = one.toLowerCase(Locale.ROOT);
            String second = other.toLowerCase(Locale.ROOT);
            int firstFixed = first.indexOf('{');
            int secondFixed = second.indexOf('{');
            if (firstFixed < 0 && secondFixed < 0) {
                return first.equals(second);
            }
            String begun = firstFixed < 0 ? first : first.substring(0, firstFixed);
            String otherBegun = secondFixed < 0 ? second : second.substring(0, secondFixed);
            return (firstFixed >= 0 && otherBegun.startsWith(begun))
                    || (secondFixed >= 0 && begun.startsWith(otherBegun));
        }
    }
}
