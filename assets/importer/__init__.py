"""Any folder of meshes becomes objects that the engine can use.

    result = import_folder(ImportConfig(folder, out))      # assets.importer.run: never raises for a bad file

discover (which files make an object) -> reading, mjcf (bytes to meshes, nothing outside the folder) -> checks, frame
(sound, metres, z up) -> reduce (drawn mesh) -> decompose (convex parts) -> hollow (container) -> build (the object).
"""
