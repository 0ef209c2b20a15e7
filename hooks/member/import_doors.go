package member

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"
	"github.com/spf13/cobra"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/internal/words"
)

type importer func(ctx context.Context, app core.App, src Source) (Report, bool, error)

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
			return report.exit(), report.tell(c)
		}}
}

// exit is 0 when every row is in, 2 when some are, 1 when none is.
func (r Report) exit() int {
	switch {
	case len(r.Rejected) == 0:
		return command.Done
	case r.Taken() == 0:
		return command.Failed
	}
	return command.Partial
}

// tell prints the counts, then a line for every problem.
func (r Report) tell(c *command.Call) error {
	if c.JSON() {
		return c.Print(r)
	}
	if c.Flags["dry-run"] == "true" {
		c.Say("import.dry_run", nil)
	}
	c.Say("import.counts", map[string]any{"read": r.Read, "created": r.Created, "updated": r.Updated, "unchanged": r.Unchanged, "rejected": r.RejectedRows()})
	for _, group := range []struct {
		title    string
		problems []RowProblem
	}{{"import.rejected", r.Rejected}, {"import.warnings", r.Warnings}} {
		if len(group.problems) > 0 {
			c.Say(group.title, nil)
		}
		for _, p := range group.problems {
			key := "import.row"
			if p.Field == "" {
				key = "import.row_whole"
			}
			c.Say(key, map[string]any{"row": p.Row, "field": words.Say(c.Language(), "import.field."+p.Field, nil), "message": p.Message})
		}
	}
	return nil
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

// maxUpload leaves room for the form around the largest file.
const maxUpload = command.MaxFile + 1<<20

// upload is an import as a route for managers: multipart with "file", and optionally "id" (the act's
// key) and "consent". Its limit is its own, because PocketBase's says no without a code.
func upload(path, summary string, run importer) web.Route {
	r := web.Raw(http.MethodPost, path, web.Managers, summary, func(c *web.Call) error {
		src, err := readUpload(c)
		if err != nil {
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
	r.Out, r.MaxBody = Report{}, -1
	return r
}

func readUpload(c *web.Call) (Source, error) {
	src := Source{By: c.By, Language: c.Language(), DryRun: c.Query("dry_run") == "1" || c.Query("dry_run") == "true"}
	tooLarge := func(name string) error {
		drain(c)
		return fault.TooLarge("file.too_large", fault.Params{"file": name, "max": command.MaxFile >> 20})
	}
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return src, fault.Bad("input.multipart")
	}
	fields := map[string]string{}
	for range 8 { // a form of ours has three parts
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return src, fault.Bad("input.multipart")
		}
		limit := int64(1 << 10)
		if part.FormName() == "file" {
			limit = command.MaxFile
			if c.Request.ContentLength > maxUpload {
				return src, tooLarge(part.FileName())
			}
		}
		data, err := io.ReadAll(io.LimitReader(part, limit+1))
		switch {
		case err != nil:
			return src, fault.Bad("input.multipart")
		case int64(len(data)) > limit:
			return src, tooLarge(cmp.Or(part.FileName(), part.FormName()))
		case part.FormName() == "file":
			src.Name, src.Data = part.FileName(), data
		default:
			fields[part.FormName()] = string(data)
		}
	}
	var problems fault.Input
	problems.Check(src.Data != nil, "file", "input.required")
	problems.Check(fields["id"] == "" || ulid.Valid(fields["id"]), "id", "input.ulid")
	if err := problems.Err(); err != nil {
		return src, err
	}
	src.Key = fields["id"]
	src.Consent, err = parseConsent(fields["consent"])
	return src, err
}

// maxDrained is how much of a file that is too large is still taken from the line.
const maxDrained = 4 * maxUpload

// drain lets the sender finish, so that the refusal is read: a line cut in the middle of sending looks
// like a broken network. Nothing is kept; PocketBase's own reader would copy it all to a file.
func drain(c *web.Call) {
	var body io.Reader = c.Request.Body
	if copying, ok := body.(*router.RereadableReadCloser); ok {
		body = copying.ReadCloser
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(body, maxDrained)) // the refusal is said either way
}
