package document

import (
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// personal are the collections whose files people must be able to get rid of.
var personal = []string{"member_photos", "paper_files", "objection_photos", "payment_vouchers"}

// SweepFiles removes files that no record names: a program that died between a file and the commit of its record,
// or between the commit of a deletion and the file, leaves one behind. What is younger than before may still be on
// its way into a record.
func SweepFiles(app core.App, before time.Time) (swept int, err error) {
	files, err := app.NewFilesystem()
	if err != nil {
		return 0, err
	}
	defer files.Close()
	for _, name := range personal {
		collection, err := app.FindCachedCollectionByNameOrId(name)
		if err != nil {
			return swept, err
		}
		all, err := files.List(collection.BaseFilesPath() + "/")
		if err != nil {
			return swept, err
		}
		for _, f := range all {
			parts := strings.Split(f.Key, "/") // collection / record / file
			if f.ModTime.After(before) || len(parts) < 3 {
				continue
			}
			if r, err := app.FindRecordById(collection, parts[1]); err == nil && slices.Contains(r.GetStringSlice("file"), parts[2]) {
				continue
			}
			if err := files.Delete(f.Key); err != nil {
				return swept, err
			}
			swept++
		}
	}
	return swept, nil
}
