package io.waybill.settings;

import io.waybill.WaybillException;
import io.waybill.flow.Key;
import io.waybill.flow.NearestName;
import io.waybill.flow.Place;
import io.waybill.flow.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Finds what is set and not understood. */
final class SettingsCheck {

    private final Settings settings;
    private final Properties listed;
    private final Set<String> names;
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    SettingsCheck(Settings settings, Properties listed) {
        this.settings = settings;
        this.listed = listed;
        this.names = settings.names(listed);
    }

    /** All that is wrong, by its place. */
    List<Problem> all() {
        variables();
        problems.addAll(settings.misleading());
        return check(name -> true);
    }

    /** What is wrong with one of a group. */
    List<Problem> under(SettingGroup group, String name) {
        return check(each -> group.holds(each) && group.nameIn(each).equals(name));
    }

    /** What is wrong with one setting. */
    List<Problem> of(String name) {
        return check(name::equals);
    }

    /** What may be meant for somebody else. */
    List<String> warnings() {
        return warnings;
    }

    private List<Problem> check(Predicate<String> which) {
        for (String name : names) {
            if (!which.test(name) || SettingsTable.OF_THE_LAUNCHER.contains(name)) {
                continue;
            }
            Optional<SettingGroup> group = SettingGroup.of(name);
            if (group.isPresent()) {
                inGroup(group.get(), name);
            } else {
                SettingsTable.find(SettingsTable.GENERAL, name)
                        .ifPresentOrElse(setting -> value(setting, name), () -> unknown(name));
            }
        }
        return problems.stream()
                .distinct()
                .sorted(Comparator.comparing(Problem::place))
                .toList();
    }

    private void inGroup(SettingGroup group, String name) {
        String key = group.keyIn(name);
        List<Key<?>> table = SettingsTable.DATA_SOURCE;
        String what = "a setting";
        if (group.isNamed()
                && (key.isEmpty() && !group.isValue() || group.nameIn(name).isEmpty())) {
            String form = group.isValue() ? "<id>" : "<name>.<setting>";
            problem(name, name + " names none of them; write " + group.prefix() + form);
            return;
        }
        if (group.isValue()) {
            value(SettingsTable.PRIVACY_KEY, name);
            return;
        }
        if (group == SettingGroup.CONNECTION) {
            String connection = group.prefix() + group.nameIn(name) + ".type";
            Optional<String> type = typeOf(connection, name);
            if (type.isEmpty() || key.equals("type")) {
                return;
            }
            table = SettingsTable.ofConnection(type.get());
            what = "a setting of " + type.get();
        }
        if (key.startsWith(group.open()) && key.length() > group.open().length()) {
            return;
        }
        Optional<Key<?>> setting = SettingsTable.find(table, key);
        if (setting.isPresent()) {
            value(setting.get(), name);
            return;
        }
        Collection<String> allowed = new TreeSet<>(table.stream().map(Key::name).toList());
        problem(
                name,
                name + " is not " + what + "; allowed: " + String.join(", ", allowed) + ", " + group.open() + "<"
                        + (group == SettingGroup.CONNECTION ? "the Camel endpoint's" : "driver's") + " own>"
                        + NearestName.hint(key, allowed));
    }

    private Optional<String> typeOf(String property, String name) {
        Collection<String> types = SettingsTable.connectionTypes();
        Optional<String> type;
        try {
            type = settings.resolved(property);
        } catch (WaybillException e) {
            return Optional.empty(); // told when it is used
        }
        if (type.isPresent() && types.contains(type.get())) {
            return type;
        }
        problem(
                type.isPresent() ? property : name,
                property + " "
                        + type.map(given -> "\"" + given + "\" is not known").orElse("is missing") + "; allowed: "
                        + String.join(", ", types)
                        + type.map(given -> NearestName.hint(given, types)).orElse(""));
        return Optional.empty();
    }

    private void value(Key<?> setting, String name) {
        Optional<String> value;
        try {
            value = settings.resolved(name);
        } catch (WaybillException e) {
            return; // its placeholder has no value: told when it is used
        }
        value.map(setting::problem).ifPresent(message -> problem(name, name + ": " + message));
    }

    private void unknown(String name) {
        problem(
                name,
                name + " is not a setting"
                        + suggestion(name)
                                .map(known -> "; did you mean \"" + known + "\"?")
                                .orElse("; allowed: " + String.join(", ", SettingsTable.beginnings())));
    }

    private void problem(String name, String message) {
        problems.add(new Problem(settings.place(name), "", message));
    }

    /** Variables that are no settings: refused where they are near to one, or begin as one does. */
    private void variables() {
        EnvironmentNames variables = settings.variables();
        List<String> texts = settings.texts();
        for (String variable : variables.variables()) {
            boolean used = texts.stream().anyMatch(text -> text.contains(variable));
            if (used
                    || variables.setting(variable, listed.stringPropertyNames()).isPresent()) {
                continue;
            }
            Optional<String> near = suggestion(variable.toLowerCase(Locale.ROOT).replace('_', '.'));
            if (near.isPresent()) {
                String meant = near.get().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
                problems.add(new Problem(
                        new Place("environment variable " + variable, 0),
                        "",
                        "is not a setting" + (meant.equals(variable) ? "" : "; did you mean \"" + meant + "\"?")));
            } else {
                warnings.add("The environment variable " + variable + " is not a setting of Waybill");
            }
        }
    }

    /** The setting that was meant. */
    private static Optional<String> suggestion(String name) {
        String[] parts = name.substring(SettingsTable.ROOT.length()).split("\\.", 3);
        List<String> beginnings = Arrays.stream(SettingGroup.values())
                .map(group -> group.prefix()
                        .substring(SettingsTable.ROOT.length(), group.prefix().length() - 1))
                .toList();
        for (int taken = 1; taken < parts.length; taken++) {
            // data.source is datasource
            Optional<String> meant = NearestName.of(String.join("", Arrays.copyOf(parts, taken)), beginnings);
            if (meant.isPresent()) {
                return Optional.of(SettingsTable.ROOT + meant.get() + "."
                        + String.join(".", Arrays.copyOfRange(parts, taken, parts.length)));
            }
        }
        return NearestName.of(
                name, SettingsTable.GENERAL.stream().map(Key::name).toList());
    }
}
