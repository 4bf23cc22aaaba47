package dev.sallyport.cli.dbroles;

import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.contracts.dbroles.JobPlan.Change;
import java.util.ArrayList;
import java.util.List;

/** How a plan reads in a terminal. */
final class PlanLines {

    /** Changes by target in the order of doing, then what is done each time, what is skipped, and the hash. */
    static List<String> of(String title, JobPlan plan) {
        List<String> lines = new ArrayList<>();
        List<Change> needed =
                plan.changes().stream().filter(change -> !change.routine()).toList();
        int routine = plan.changes().size() - needed.size();
        lines.add(title + ": " + count(needed.size() + plan.omitted(), "change") + ", " + routine
                + " done each time (new passwords)");
        lines.addAll(changes(needed));
        if (plan.omitted() > 0) {
            lines.add("  and " + plan.omitted() + " more, which the hash covers too");
        }
        plan.notes().forEach(note -> lines.add("  note: " + note));
        lines.add("  hash " + plan.hash());
        return lines;
    }

    /** A heading for each target, with what is done to it below. */
    static List<String> changes(List<Change> changes) {
        List<String> lines = new ArrayList<>();
        String place = "";
        for (Change change : changes) {
            String here = change.kind().label() + " " + change.target();
            if (!here.equals(place)) {
                lines.add("  " + here);
                place = here;
            }
            change.statement().lines().forEach(line -> lines.add("    " + line));
        }
        return lines;
    }

    static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private PlanLines() {}
}
