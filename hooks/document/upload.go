package document

import (
	"cmp"
	"errors"
	"io"

	"github.com/pocketbase/pocketbase/tools/router"

	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
)

// MaxUpload leaves room for the form around the largest file.
const MaxUpload = command.MaxFile + 1<<20

// Upload is a file that a form brought, with the form's other fields.
type Upload struct {
	Name   string
	Data   []byte
	Key    string // the act's key, or empty
	DryRun bool   // ?dry_run=1: tell, don't do
	Fields map[string]string
}

// ReadUpload reads a multipart form with "file" and optionally "id". Its limit is its own, because
// PocketBase's says no without a code; routes that use it bind with MaxBody -1.
func ReadUpload(c *web.Call) (Upload, error) {
	u := Upload{DryRun: c.Query("dry_run") == "1" || c.Query("dry_run") == "true", Fields: map[string]string{}}
	tooLarge := func(name string) error {
		drain(c)
		return fault.TooLarge("file.too_large", fault.Params{"file": name, "max": command.MaxFile >> 20})
	}
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return u, fault.Bad("input.multipart")
	}
	for range 8 { // a form of ours has three parts
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return u, fault.Bad("input.multipart")
		}
		limit := int64(1 << 10)
		if part.FormName() == "file" {
			limit = command.MaxFile
			if c.Request.ContentLength > MaxUpload {
				return u, tooLarge(part.FileName())
			}
		}
		data, err := io.ReadAll(io.LimitReader(part, limit+1))
		switch {
		case err != nil:
			return u, fault.Bad("input.multipart")
		case int64(len(data)) > limit:
			return u, tooLarge(cmp.Or(part.FileName(), part.FormName()))
		case part.FormName() == "file":
			u.Name, u.Data = part.FileName(), data
		default:
			u.Fields[part.FormName()] = string(data)
		}
	}
	var problems fault.Input
	problems.Check(u.Data != nil, "file", "input.required")
	problems.Check(u.Fields["id"] == "" || ulid.Valid(u.Fields["id"]), "id", "input.ulid")
	if err := problems.Err(); err != nil {
		return u, err
	}
	u.Key = u.Fields["id"]
	return u, nil
}

// maxDrained is how much of a file that is too large is still taken from the line.
const maxDrained = 4 * MaxUpload

// drain lets the sender finish, so that the refusal is read: a line cut in the middle of sending looks
// like a broken network. Nothing is kept; PocketBase's own reader would copy it all to a file.
func drain(c *web.Call) {
	var body io.Reader = c.Request.Body
	if copying, ok := body.(*router.RereadableReadCloser); ok {
		body = copying.ReadCloser
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(body, maxDrained)) // the refusal is said either way
}
