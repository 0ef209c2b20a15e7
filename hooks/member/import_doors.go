package member

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"github.com/spf13/cobra"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/internal/words"
)

type importer func(ctx context.Context, app core.App, src Source) (document.Report, bool, error)

// importCommand is an import at the command line.
func importCommand(list string, run importer) command.Spec {
	flags := []command.Flag{{Name: "dry-run", Bool: true, Help: "command.import.dry_run"}, {Name: "json", Bool: true, Help: "command.flag.json"}}
	if list == "members" {
		flags = append(flags, command.Flag{Name: "consent", Help: "command.import.consent"}, command.Flag{Name: "invite-only", Bool: true, Help: "command.import.invite_only"})
	}
	return command.Spec{Name: "import " + list, Use: "FILE", Help: "command.import." + list, Flags: flags, Args: cobra.ExactArgs(1), Files: true, Writes: true,
		Run: func(c *command.Call) (int, error) {
			consent, err := parseConsent(c.Flags["consent"])
			if err != nil {
				return command.Failed, err
			}
			report, _, err := run(c.Ctx, c.App, Source{Name: c.Files[0].Name, Data: c.Files[0].Data, By: act.ByConsole, Language: c.Language(),
				DryRun: c.Flags["dry-run"] == "true", Consent: consent, InviteOnly: c.Flags["invite-only"] == "true", Progress: c.Progress})
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

// upload is an import as a route for managers: multipart with "file", and optionally "id" (the act's key), "consent"
// and "invite_only". With ?follow=1 it answers with lines of {done, total} and at the end {report} or {fault}; with
// ?refused=xlsx or csv it writes nothing and gives back the rows that would be refused, each with what is to be done.
func upload(path, summary string, run importer) web.Route {
	r := web.Raw(http.MethodPost, path, web.Managers, summary, func(c *web.Call) error {
		u, err := document.ReadUpload(c)
		if err != nil {
			return err
		}
		src := Source{Name: u.Name, Data: u.Data, Key: u.Key, By: c.By, Language: c.Language(), DryRun: u.DryRun, InviteOnly: u.Fields["invite_only"] == "1"}
		if src.Consent, err = parseConsent(u.Fields["consent"]); err != nil {
			return err
		}
		if format := c.Query("refused"); format != "" {
			c.SawNobody() // the rows are the file's own
			return giveBackRefused(c, run, src, format)
		}
		if c.Query("follow") == "1" {
			c.SawNobody()
			return followImport(c, run, src)
		}
		report, replayed, err := run(c.Request.Context(), c.App, src)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(report.Changes, func(r document.RowChange) bool { return !r.New }) {
			c.SawNobody()
		}
		if replayed || src.DryRun {
			return c.JSON(http.StatusOK, report)
		}
		return c.JSON(http.StatusCreated, report)
	}).Shows(web.Listed, "import", whyMembers)
	r.Out, r.MaxBody = document.Report{}, -1
	return r
}

// importLine is one line of an import that is followed; exactly one kind is set.
type importLine struct {
	Done   int              `json:"done,omitempty"`
	Total  int              `json:"total,omitempty"`
	Report *document.Report `json:"report,omitempty"`
	Fault  *fault.Shape     `json:"fault,omitempty"`
}

// followImport imports and tells how far it is. A page that is closed ends it between two parts; the same file again
// does the rest.
func followImport(c *web.Call, run importer, src Source) error {
	send, begun := c.Lines()
	last := -1
	src.Progress = func(done, total int) {
		if percent := done * 100 / max(total, 1); percent != last {
			last = percent
			send(importLine{Done: done, Total: total})
		}
	}
	report, _, err := run(c.Request.Context(), c.App, src)
	if err != nil && !begun() {
		return err
	}
	if err != nil {
		shape := fault.Say(err, c.Language())
		send(importLine{Fault: &shape})
		return nil
	}
	send(importLine{Report: &report})
	return nil
}

// giveBackRefused writes the refused rows of a list as they came, with their row and what is to be done, to be mended
// and brought again: columns that no list of ours has are passed over.
func giveBackRefused(c *web.Call, run importer, src Source, format string) error {
	kind, known := document.Types[format]
	if !known {
		return fault.Bad("import.file_not_table")
	}
	src.DryRun = true
	report, _, err := run(c.Request.Context(), c.App, src)
	if err != nil {
		return err
	}
	table, err := document.ReadTable(src.Name, src.Data, document.Limits{Known: StaffColumns})
	if err != nil {
		return err
	}
	h := c.Response.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", words.Say(c.Language(), "import.refused_file", nil)+"."+format))
	out, err := document.NewWriter(c.Response, format, nil, refusedColumns(c.Language(), table.Header))
	if err != nil {
		return err
	}
	why := map[int][]string{}
	for _, p := range report.Rejected {
		said := p.Message
		if p.Field != "" {
			said = words.Say(c.Language(), "import.field."+p.Field, nil) + ": " + said
		}
		why[p.Row] = append(why[p.Row], said)
	}
	for _, row := range table.Rows {
		if why[row.Line] == nil {
			continue
		}
		cells := []any{row.Line, strings.Join(why[row.Line], " ")}
		for i := range table.Header {
			text := ""
			if i < len(row.Cells) {
				text = row.Cells[i]
			}
			cells = append(cells, text)
		}
		if err := out.Row(cells...); err != nil {
			return err
		}
	}
	return out.Close()
}

// refusedColumns are the row's number and its remedy, then the list's own columns.
func refusedColumns(language string, header []string) []document.Column {
	columns := []document.Column{{Title: words.Say(language, "import.refused_row", nil), Width: 10}, {Title: words.Say(language, "import.refused_remedy", nil), Width: 60}}
	for _, title := range header {
		columns = append(columns, document.Column{Title: title, Width: 20})
	}
	return columns
}
