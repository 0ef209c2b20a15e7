package document

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
)

// Grace is how old a file without a row must be before it is swept: one that is younger may belong to an act that
// is still on its way.
const Grace = 24 * time.Hour

// Sweep removes the files that no row names and that are older than before, with their thumbnails, and tells how
// many objects it removed. A file is stored before its act commits, so a death between the two leaves one. Folders
// of collections that it does not know are left alone.
func Sweep(ctx context.Context, app core.App, before time.Time) (removed int, err error) {
	collections, err := app.FindAllCollections()
	if err != nil {
		return 0, err
	}
	for _, c := range collections {
		var fields []string
		for _, f := range c.Fields {
			if f.Type() == core.FieldTypeFile {
				fields = append(fields, f.GetName())
			}
		}
		if len(fields) == 0 || c.IsView() {
			continue
		}
		n, err := sweepCollection(ctx, app, c, fields, before)
		removed += n
		if err != nil {
			return removed, fmt.Errorf("files of %s: %w", c.Name, err)
		}
	}
	return removed, nil
}

func sweepCollection(ctx context.Context, app core.App, c *core.Collection, fields []string, before time.Time) (removed int, err error) {
	files, err := app.NewFilesystem()
	if err != nil {
		return 0, err
	}
	defer files.Close()
	files.SetContext(ctx)
	root := c.BaseFilesPath() + "/"
	objects, err := files.List(root) // before the rows are read: what comes between is young
	if err != nil || len(objects) == 0 {
		return 0, err
	}
	named, err := namedFiles(app, c, fields)
	if err != nil {
		return 0, err
	}
	for _, o := range objects {
		if err := ctx.Err(); err != nil {
			return removed, err
		}
		record, file, _ := strings.Cut(strings.TrimPrefix(o.Key, root), "/")
		file, _, _ = strings.Cut(file, "/")
		if !o.ModTime.Before(before) || named[stored{record, file}] || named[stored{record, strings.TrimPrefix(file, "thumbs_")}] {
			continue
		}
		if err := files.Delete(o.Key); err != nil {
			return removed, err
		}
		removed++
		_ = files.Delete(path.Dir(o.Key)) // works when the folder is empty now
	}
	return removed, nil
}

// stored is a file as a row names it.
type stored struct{ record, file string }

func namedFiles(app core.App, c *core.Collection, fields []string) (map[stored]bool, error) {
	named := map[stored]bool{}
	for _, field := range fields {
		err := act.Each(act.Read(app), fmt.Sprintf("SELECT id, `%s` FROM `%s` WHERE `%[1]s` <> ''", field, c.Name), nil, func(row act.Scanner) error {
			var id, value string
			if err := row.Scan(&id, &value); err != nil {
				return err
			}
			names := []string{value}
			if strings.HasPrefix(value, "[") { // a field of many files
				if err := json.Unmarshal([]byte(value), &names); err != nil {
					return err
				}
			}
			for _, name := range names {
				named[stored{id, name}] = true
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return named, nil
}
