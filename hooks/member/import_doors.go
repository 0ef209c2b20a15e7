package member

import (
	"context"
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"github.com/spf13/cobra"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
)

type importer func(ctx context.Context, app core.App, src Source) (document.Report, bool, error)

// importCommand is an import at the command line.
func importCommand(list string, run importer) command.Spec {
	flags := []command.Flag{{Name: "dry-run", Bool: true, Help: "command.import.dry_run"}, {Name: "json", Bool: true, Help: "command.flag.json"}}
	if list == "members" {
		flags = append(flags, command.Flag{Name: "consent", Help: "command.import.consent"})
	}
	return command.Spec{Name: "import " + list, Use: "FILE", Help: "command.import." + list, Flags: flags, Args: cobra.ExactArgs(1), Files: true, Writes: true,
		Run: func(c *command.Call) (int, error) {
			consent, err := parseConsent(c.Flags["consent"])
			if err != nil {
				return command.Failed, err
			}
			report, _, err := run(c.Ctx, c.App, Source{Name: c.Files[0].Name, Data: c.Files[0].Data, By: act.ByConsole, Language: c.Language(),
				DryRun: c.Flags["dry-run"] == "true", Consent: consent, Progress: c.Progress})
			if err != nil {
				return command.Failed, err
			}
			return report.Exit(), report.Tell(c)
		}}
}

// parseConsent reads "REF,YYYY-MM-DD"; the reference itself may hold commas.
func parseConsent(text string) (Consent, error) {
	if text == "" {
		return Consent{}, nil
	}
	at := strings.LastIndexByte(text, ',')
	c := Consent{}
	if at > 0 {
		c.Reference = strings.TrimSpace(text[:at])
		if date, ok := clock.ParseDate(strings.TrimSpace(text[at+1:])); ok {
			c.Date = date
		}
	}
	var problems fault.Input
	problems.Check(c.given() && len(c.Reference) <= 120, "consent", "member.consent_form")
	return c, problems.Err()
}

// upload is an import as a route for managers: multipart with "file", and optionally "id" (the act's
// key) and "consent".
func upload(path, summary string, run importer) web.Route {
	r := web.Raw(http.MethodPost, path, web.Managers, summary, func(c *web.Call) error {
		u, err := document.ReadUpload(c)
		if err != nil {
			return err
		}
		src := Source{Name: u.Name, Data: u.Data, Key: u.Key, By: c.By, Language: c.Language(), DryRun: u.DryRun}
		if src.Consent, err = parseConsent(u.Fields["consent"]); err != nil {
			return err
		}
		report, replayed, err := run(c.Request.Context(), c.App, src)
		if err != nil {
			return err
		}
		if replayed || src.DryRun {
			return c.JSON(http.StatusOK, report)
		}
		return c.JSON(http.StatusCreated, report)
	})
	r.Out, r.MaxBody = document.Report{}, -1
	return r
}
