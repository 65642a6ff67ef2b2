package dev.weft.control.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code weft}: the control server and the commands that talk to it. */
@Command(
    name = "weft",
    description = "The service mesh woven into the JVM.",
    mixinStandardHelpOptions = true,
    subcommands = {
      UpCommand.class,
      ApplyCommand.class,
      GetCommand.class,
      DeleteCommand.class,
      StatusCommand.class,
      ExplainCommand.class,
      TokenCommand.class,
      SwitchCommand.Enable.class,
      SwitchCommand.Disable.class
    })
public final class Main {
  private Main() {}

  /** Runs a verb; exit codes: 0 done, 1 refused or failed, 2 wrong usage. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    return new CommandLine(new Main()).execute(args);
  }
}
