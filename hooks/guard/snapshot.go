package guard

import (
	"archive/zip"
	"cmp"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"
	"github.com/pocketbase/pocketbase/tools/hook"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/command"
)

// Unfinished is the folder in the app's own in which a backup grows. PocketBase's folder for what is in the making
// won't do: every command on the same folder empties it as it starts.
const Unfinished = ".backup"

// databases are the files that SQLite alone may open; each has others beside it, named after it.
var databases = []string{"data.db", "auxiliary.db"}

// bindSnapshots puts a backup in the place of PocketBase's, which zips the open databases by hand: it takes the
// locks off them (see act.Copy), and no act can be done while it lasts. The zip is the same, and is put back the same way.
func bindSnapshots(app core.App) {
	app.OnBackupCreate().Bind(&hook.Handler[*core.BackupEvent]{Id: "kpdkSnapshot", Func: snapshot, Priority: 1 << 20})
}

// snapshot makes a backup: first the databases, then the files, so that every file which the books name is there,
// but for those that were erased meanwhile.
func snapshot(e *core.BackupEvent) (err error) {
	if e.Name == "" { // the dashboard's form may leave it to us
		e.Name = "pb_backup_" + time.Now().UTC().Format("20060102150405") + ".zip"
	}
	dir := filepath.Join(e.App.DataDir(), Unfinished)
	if err := forgetUnfinished(e.App); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, forgetUnfinished(e.App)) }()
	for name, db := range map[string]dbx.Builder{databases[0]: e.App.ConcurrentDB(), databases[1]: e.App.AuxConcurrentDB()} {
		if err := act.Copy(db, filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	packed := filepath.Join(dir, "packed")
	if err := pack(e.Context, packed, e.App.DataDir(), append([]string{Unfinished, command.ServerFile}, e.Exclude...)); err != nil {
		return err
	}
	file, err := filesystem.NewFileFromPath(packed)
	if err != nil {
		return err
	}
	file.Name, file.OriginalName = e.Name, e.Name
	there, err := e.App.NewBackupsFilesystem()
	if err != nil {
		return err
	}
	defer there.Close()
	there.SetContext(e.Context)
	return there.UploadFile(file, file.Name)
}

// forgetUnfinished removes what a backup needed, or what is left of one that was cut off.
func forgetUnfinished(app core.App) error {
	return os.RemoveAll(filepath.Join(app.DataDir(), Unfinished))
}

// pack zips the copies that lie beside the zip, and from the app's folder whatever else is kept there.
func pack(ctx context.Context, path, data string, without []string) error {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	z := zip.NewWriter(out)
	z.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, flate.BestSpeed) })
	for _, name := range databases {
		copied := filepath.Join(filepath.Dir(path), name)
		err = cmp.Or(err, add(z, copied, name), os.Remove(copied))
	}
	if err == nil {
		err = filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
			name, bad := filepath.Rel(data, path)
			switch err := cmp.Or(err, bad, ctx.Err()); {
			case errors.Is(err, fs.ErrNotExist): // erased since its folder was read
				return nil
			case err != nil:
				return err
			case slices.Contains(without, name) && d.IsDir():
				return fs.SkipDir
			case slices.Contains(without, name) || d.IsDir() || ofDatabase(name):
				return nil
			}
			if err := add(z, path, filepath.ToSlash(name)); !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			return nil
		})
	}
	return cmp.Or(err, z.Close(), out.Sync(), out.Close())
}

// ofDatabase says whether a file in the app's folder is a database or one of those beside it.
func ofDatabase(name string) bool {
	return slices.ContainsFunc(databases, func(database string) bool { return strings.HasPrefix(name, database) })
}

// add puts a file into a zip; what is no plain file can't be put back, and is none of ours.
func add(z *zip.Writer, path, name string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no plain file, so that it can't be in a backup", name)
	}
	header, err := zip.FileInfoHeader(info)
	if err != nil {
		return err
	}
	header.Name, header.Method = name, zip.Deflate
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer from.Close()
	into, err := z.CreateHeader(header)
	if err == nil {
		_, err = io.Copy(into, from)
	}
	return err
}
